// Original file: supervisor/v1/supervisor.proto


/**
 * A kind of access, and what is granted of it.
 */
export interface Right {
  /**
   * "net", "read", "write", "env", "run", "ffi", "sys" or "import".
   */
  'kind'?: (string);
  /**
   * Addresses, paths or names; an address with the name of the service that
   * listens there: "127.0.0.1:50051 (broker)". "everything" stands for all.
   */
  'values'?: (string)[];
}

/**
 * A kind of access, and what is granted of it.
 */
export interface Right__Output {
  /**
   * "net", "read", "write", "env", "run", "ffi", "sys" or "import".
   */
  'kind': (string);
  /**
   * Addresses, paths or names; an address with the name of the service that
   * listens there: "127.0.0.1:50051 (broker)". "everything" stands for all.
   */
  'values': (string)[];
}
