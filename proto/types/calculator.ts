import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { CalculateRequest as _calculator_v1_CalculateRequest, CalculateRequest__Output as _calculator_v1_CalculateRequest__Output } from './calculator/v1/CalculateRequest.ts';
import type { CalculateResponse as _calculator_v1_CalculateResponse, CalculateResponse__Output as _calculator_v1_CalculateResponse__Output } from './calculator/v1/CalculateResponse.ts';
import type { CalculatorServiceClient as _calculator_v1_CalculatorServiceClient, CalculatorServiceDefinition as _calculator_v1_CalculatorServiceDefinition } from './calculator/v1/CalculatorService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  calculator: {
    v1: {
      CalculateRequest: MessageTypeDefinition<_calculator_v1_CalculateRequest, _calculator_v1_CalculateRequest__Output>
      CalculateResponse: MessageTypeDefinition<_calculator_v1_CalculateResponse, _calculator_v1_CalculateResponse__Output>
      CalculatorService: SubtypeConstructor<typeof grpc.Client, _calculator_v1_CalculatorServiceClient> & { service: _calculator_v1_CalculatorServiceDefinition }
      Operation: EnumTypeDefinition
    }
  }
}

