// Original file: broker/v1/broker.proto

import type { Long } from '@grpc/proto-loader';

/**
 * One running instance of a service; at most 16 KiB as it is encoded. No text
 * has control characters, or others that cannot be seen, such as those that
 * change the direction of writing.
 */
export interface Entry {
  /**
   * Full name of the service, for example "calculator.v1.CalculatorService".
   * A letter, then letters, digits, "_", "." and "-"; at most 255 bytes.
   */
  'service'?: (string);
  /**
   * Names the instance among those of its service. Printable ASCII without
   * spaces, 1 to 255 bytes.
   */
  'instance'?: (string);
  /**
   * Where it listens, as a client dials it: "host:port" with a name or address
   * of at most 253 bytes and a port from 1 to 65535, or "unix:/path" with an
   * absolute path of at most 107 bytes.
   */
  'address'?: (string);
  /**
   * Version of the program. Printable ASCII, at most 64 bytes; may be empty.
   */
  'version'?: (string);
  /**
   * Anything else that callers may want to know. At most 64 pairs; keys as
   * service names but at most 63 bytes, values at most 1024 bytes.
   */
  'metadata'?: ({[key: string]: string});
  /**
   * Since when its stream holds it, as Unix time in milliseconds; set by the
   * broker, whatever a registration says. 0 from a broker that does not know this
   * field.
   */
  'registeredMs'?: (number | string | Long);
}

/**
 * One running instance of a service; at most 16 KiB as it is encoded. No text
 * has control characters, or others that cannot be seen, such as those that
 * change the direction of writing.
 */
export interface Entry__Output {
  /**
   * Full name of the service, for example "calculator.v1.CalculatorService".
   * A letter, then letters, digits, "_", "." and "-"; at most 255 bytes.
   */
  'service': (string);
  /**
   * Names the instance among those of its service. Printable ASCII without
   * spaces, 1 to 255 bytes.
   */
  'instance': (string);
  /**
   * Where it listens, as a client dials it: "host:port" with a name or address
   * of at most 253 bytes and a port from 1 to 65535, or "unix:/path" with an
   * absolute path of at most 107 bytes.
   */
  'address': (string);
  /**
   * Version of the program. Printable ASCII, at most 64 bytes; may be empty.
   */
  'version': (string);
  /**
   * Anything else that callers may want to know. At most 64 pairs; keys as
   * service names but at most 63 bytes, values at most 1024 bytes.
   */
  'metadata': ({[key: string]: string});
  /**
   * Since when its stream holds it, as Unix time in milliseconds; set by the
   * broker, whatever a registration says. 0 from a broker that does not know this
   * field.
   */
  'registeredMs': (number);
}
