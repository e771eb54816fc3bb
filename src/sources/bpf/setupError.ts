/** Something of bpftop itself is not there: no kernel was asked. */
export class SetupError extends Error {
  /** The one thing to do about it. */
  readonly advice: string;
  constructor(message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.advice = advice;
  }
}
