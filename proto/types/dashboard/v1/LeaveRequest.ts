// Original file: dashboard/v1/dashboard.proto


export interface LeaveRequest {
}

export interface LeaveRequest__Output {
}
