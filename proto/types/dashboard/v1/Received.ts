// Original file: dashboard/v1/dashboard.proto


export interface Received {
}

export interface Received__Output {
}
