// Original file: greeter/v1/greeter.proto

/**
 * The greeting.
 */
export interface GreetResponse {
  /**
   * One line of text.
   */
  "greeting"?: string;
}

/**
 * The greeting.
 */
export interface GreetResponse__Output {
  /**
   * One line of text.
   */
  "greeting": string;
}
