// Original file: dashboard/v1/dashboard.proto


export interface InviteResponse {
  /**
   * "http://127.0.0.1:4646/login?token=..."; the first who opens it is let in.
   */
  'url'?: (string);
}

export interface InviteResponse__Output {
  /**
   * "http://127.0.0.1:4646/login?token=..."; the first who opens it is let in.
   */
  'url': (string);
}
