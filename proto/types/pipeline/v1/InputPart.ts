// Original file: pipeline/v1/pipeline.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Some bytes of the input.
 */
export interface InputPart {
  /**
   * The offset that they end at.
   */
  'end'?: (number | string | Long);
  /**
   * How many they are.
   */
  'length'?: (number | string | Long);
  /**
   * Their SHA-256, in hexadecimal.
   */
  'sha256'?: (string);
}

/**
 * Some bytes of the input.
 */
export interface InputPart__Output {
  /**
   * The offset that they end at.
   */
  'end': (number);
  /**
   * How many they are.
   */
  'length': (number);
  /**
   * Their SHA-256, in hexadecimal.
   */
  'sha256': (string);
}
