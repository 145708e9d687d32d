// Original file: supervisor/v1/supervisor.proto


export interface ShutdownRequest {
}

export interface ShutdownRequest__Output {
}
