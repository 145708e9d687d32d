// Original file: broker/v1/broker.proto


/**
 * One running instance of a service.
 */
export interface Entry {
  /**
   * Full name of the service, for example "calculator.v1.CalculatorService".
   * A letter, then letters, digits, "_", "." and "-"; at most 255 characters.
   */
  'service'?: (string);
  /**
   * Names the instance among those of its service. Printable ASCII without
   * spaces, 1 to 255 characters.
   */
  'instance'?: (string);
  /**
   * Where it listens: "host:port" or "unix:/path", as a client dials it.
   */
  'address'?: (string);
  /**
   * Version of the program. Printable ASCII, at most 64 characters; may be
   * empty.
   */
  'version'?: (string);
  /**
   * Anything else that callers may want to know. At most 64 pairs; keys as
   * service names but at most 63 characters, values at most 1024 characters.
   */
  'metadata'?: ({[key: string]: string});
}

/**
 * One running instance of a service.
 */
export interface Entry__Output {
  /**
   * Full name of the service, for example "calculator.v1.CalculatorService".
   * A letter, then letters, digits, "_", "." and "-"; at most 255 characters.
   */
  'service': (string);
  /**
   * Names the instance among those of its service. Printable ASCII without
   * spaces, 1 to 255 characters.
   */
  'instance': (string);
  /**
   * Where it listens: "host:port" or "unix:/path", as a client dials it.
   */
  'address': (string);
  /**
   * Version of the program. Printable ASCII, at most 64 characters; may be
   * empty.
   */
  'version': (string);
  /**
   * Anything else that callers may want to know. At most 64 pairs; keys as
   * service names but at most 63 characters, values at most 1024 characters.
   */
  'metadata': ({[key: string]: string});
}
