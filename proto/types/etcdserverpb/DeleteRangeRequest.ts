// Original file: etcd/v3/etcd.proto


export interface DeleteRangeRequest {
  'key'?: (Buffer | Uint8Array | string);
  /**
   * The first key that stays; empty for one key alone.
   */
  'rangeEnd'?: (Buffer | Uint8Array | string);
}

export interface DeleteRangeRequest__Output {
  'key': (Buffer);
  /**
   * The first key that stays; empty for one key alone.
   */
  'rangeEnd': (Buffer);
}
