// Burns CPU for MS in a method of a class in a namespace. Usage: burn_cxx MS
#include <chrono>
#include <cstdlib>

namespace ledger {
struct Book {
	unsigned long seed = 23;
	__attribute__((noinline)) void balance(int pages)
	{
		for (int i = 0; i < pages; i++)
			seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	}
};
} // namespace ledger

int main(int argc, char **argv)
{
	auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(argc > 1 ? atoi(argv[1]) : 0);
	ledger::Book book;

	while (std::chrono::steady_clock::now() < end)
		book.balance(1000000);
	return book.seed == 1;
}
