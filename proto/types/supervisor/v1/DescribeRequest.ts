// Original file: supervisor/v1/supervisor.proto


export interface DescribeRequest {
}

export interface DescribeRequest__Output {
}
