// Original file: supervisor/v1/supervisor.proto


export interface ListRequest {
}

export interface ListRequest__Output {
}
