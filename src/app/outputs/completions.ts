/** What shells need to complete bpftop's command line, from the same declarations as `--help`. Pure. */
import type { AnyPane } from "../../panes/pane.ts";
import { type Generated, type Option, optionEntries, subcommandEntries } from "../cli.ts";

type Shell = Exclude<Generated, "man">;

/** The completion script of each shell: self-contained, sourced or put where the shell looks for it. */
export const completions: Readonly<Record<Shell, (panes: readonly AnyPane[]) => string>> = { bash, zsh, fish };

const isFile = ({ value }: Option) => value === "FILE";
const flags = ([name, { short }]: readonly [string, Option]) => [...(short ? [`-${short}`] : []), `--${name}`];
const words = (list: readonly string[]) => list.join(" ");

/** What is no option: panes and subcommands, with what each is about. */
const operands = (panes: readonly AnyPane[]): readonly (readonly [name: string, about: string])[] => [
  ...panes.map(({ name, question }) => [name, question] as const),
  ...subcommandEntries.map(([name, { help }]) => [name, help] as const),
];

/** Without bash-completion's functions: a machine in trouble may lack them. Needs bash 4.4 or later. */
function bash(panes: readonly AnyPane[]): string {
  const among = (list: readonly string[]) => `mapfile -t COMPREPLY < <(compgen -W "${words(list)}" -- "$current")`;
  const complete = (option: Option) => {
    if (option.choices !== undefined) return `${among(option.choices)}\n\t\treturn`;
    return isFile(option)
      ? 'compopt -o filenames\n\t\tmapfile -t COMPREPLY < <(compgen -f -- "$current")\n\t\treturn'
      : "return";
  };
  const takingValues = optionEntries.filter(([, { value }]) => value !== undefined);
  const arms = [...Map.groupBy(takingValues, ([, option]) => complete(option))].map(
    ([does, entries]) => `\t${entries.flatMap(flags).join(" | ")})\n\t\t${does}\n\t\t;;`,
  );
  return `# bash completion for bpftop, made by: bpftop --generate bash
_bpftop() {
	local current=\${COMP_WORDS[COMP_CWORD]} option=\${COMP_WORDS[COMP_CWORD - 1]}
	# "--option=value" comes as three words.
	if [[ $current == = ]]; then
		current=
	elif [[ $option == = ]]; then
		option=\${COMP_WORDS[COMP_CWORD - 2]}
	fi
	COMPREPLY=()
	case $option in
${arms.join("\n")}
	esac
	if [[ $current == -* ]]; then
		${among(optionEntries.flatMap(flags))}
	else
		${among(operands(panes).map(([name]) => name))}
	fi
}
complete -F _bpftop bpftop
`;
}

/** For _arguments: as `_bpftop` in a directory of $fpath. */
function zsh(panes: readonly AnyPane[]): string {
  const specs = optionEntries.map((entry) => {
    const [name, option] = entry;
    const takes = option.value === undefined ? "" : `:${option.value}:${zshAction(option)}`;
    const about = `[${option.help.replace(/[\\\]]/g, "\\$&")}]${takes}`;
    if (option.short === undefined) return zshQuoted(`--${name}${option.value === undefined ? "" : "="}${about}`);
    return `${zshQuoted(`(${words(flags(entry))})`)}{${flags(entry).join(",")}}${zshQuoted(about)}`;
  });
  const names = operands(panes).map(([name, about]) => `${name}\\:${zshQuestion(about)}`);
  return `#compdef bpftop
# zsh completion for bpftop, made by: bpftop --generate zsh
_arguments \\
	${[...specs, zshQuoted(`*:PANE:((${words(names)}))`)].join(" \\\n\t")}
`;
}

function zshAction(option: Option): string {
  if (option.choices !== undefined) return `(${words(option.choices)})`;
  return isFile(option) ? "_files" : " ";
}

/** In a list of names with descriptions, all that could part it is escaped. */
const zshQuestion = (question: string) => question.replace(/[^\w]/g, "\\$&");
const zshQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

function fish(panes: readonly AnyPane[]): string {
  const options = optionEntries.map(([name, option]) => {
    const short = option.short ? ` -s ${option.short}` : "";
    return `complete -c bpftop${short} -l ${name}${fishValue(option)} -d ${fishQuoted(option.help)}`;
  });
  const names = operands(panes).map(([name, about]) => `complete -c bpftop -a ${name} -d ${fishQuoted(about)}`);
  return `# fish completion for bpftop, made by: bpftop --generate fish
complete -c bpftop -f
${[...names, ...options].join("\n")}
`;
}

function fishValue(option: Option): string {
  if (option.value === undefined) return "";
  if (option.choices !== undefined) return ` -x -a ${fishQuoted(words(option.choices))}`;
  return isFile(option) ? " -r -F" : " -x";
}

const fishQuoted = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
