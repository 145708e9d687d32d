// Original file: dashboard/v1/dashboard.proto


export interface InviteRequest {
}

export interface InviteRequest__Output {
}
