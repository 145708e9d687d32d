// Original file: pipeline/v1/run.proto


export interface WatchRequest {
}

export interface WatchRequest__Output {
}
