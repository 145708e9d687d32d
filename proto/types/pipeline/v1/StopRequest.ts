// Original file: pipeline/v1/run.proto


export interface StopRequest {
}

export interface StopRequest__Output {
}
