// Original file: greeter/v1/greeter.proto

/**
 * Who is to be greeted.
 */
export interface GreetRequest {
  /**
   * A name; not empty.
   */
  "name"?: string;
}

/**
 * Who is to be greeted.
 */
export interface GreetRequest__Output {
  /**
   * A name; not empty.
   */
  "name": string;
}
