// Original file: pipeline/v1/run.proto


export interface LookRequest {
}

export interface LookRequest__Output {
}
