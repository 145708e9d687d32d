// Original file: calculator/v1/calculator.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CalculateRequest as _calculator_v1_CalculateRequest, CalculateRequest__Output as _calculator_v1_CalculateRequest__Output } from '../../calculator/v1/CalculateRequest.ts';
import type { CalculateResponse as _calculator_v1_CalculateResponse, CalculateResponse__Output as _calculator_v1_CalculateResponse__Output } from '../../calculator/v1/CalculateResponse.ts';

export interface CalculatorServiceClient extends grpc.Client {
  /**
   * Calculates. INVALID_ARGUMENT, with the reason, for a division by zero, an
   * operation that is not known, an operand that is not a finite number, and a
   * result too large for a double; never NaN or infinity.
   */
  Calculate(argument: _calculator_v1_CalculateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_calculator_v1_CalculateResponse__Output>): grpc.ClientUnaryCall;
  Calculate(argument: _calculator_v1_CalculateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_calculator_v1_CalculateResponse__Output>): grpc.ClientUnaryCall;
  Calculate(argument: _calculator_v1_CalculateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_calculator_v1_CalculateResponse__Output>): grpc.ClientUnaryCall;
  Calculate(argument: _calculator_v1_CalculateRequest, callback: grpc.requestCallback<_calculator_v1_CalculateResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Calculates. INVALID_ARGUMENT, with the reason, for a division by zero, an
   * operation that is not known, an operand that is not a finite number, and a
   * result too large for a double; never NaN or infinity.
   */
  calculate(argument: _calculator_v1_CalculateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_calculator_v1_CalculateResponse__Output>): grpc.ClientUnaryCall;
  calculate(argument: _calculator_v1_CalculateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_calculator_v1_CalculateResponse__Output>): grpc.ClientUnaryCall;
  calculate(argument: _calculator_v1_CalculateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_calculator_v1_CalculateResponse__Output>): grpc.ClientUnaryCall;
  calculate(argument: _calculator_v1_CalculateRequest, callback: grpc.requestCallback<_calculator_v1_CalculateResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface CalculatorServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Calculates. INVALID_ARGUMENT, with the reason, for a division by zero, an
   * operation that is not known, an operand that is not a finite number, and a
   * result too large for a double; never NaN or infinity.
   */
  Calculate: grpc.handleUnaryCall<_calculator_v1_CalculateRequest__Output, _calculator_v1_CalculateResponse>;
  
}

export interface CalculatorServiceDefinition extends grpc.ServiceDefinition {
  Calculate: MethodDefinition<_calculator_v1_CalculateRequest, _calculator_v1_CalculateResponse, _calculator_v1_CalculateRequest__Output, _calculator_v1_CalculateResponse__Output>
}
