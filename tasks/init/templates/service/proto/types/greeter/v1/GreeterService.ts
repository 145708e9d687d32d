// Original file: greeter/v1/greeter.proto

import type * as grpc from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import type {
  GreetRequest as _greeter_v1_GreetRequest,
  GreetRequest__Output as _greeter_v1_GreetRequest__Output,
} from "../../greeter/v1/GreetRequest.ts";
import type {
  GreetResponse as _greeter_v1_GreetResponse,
  GreetResponse__Output as _greeter_v1_GreetResponse__Output,
} from "../../greeter/v1/GreetResponse.ts";

export interface GreeterServiceClient extends grpc.Client {
  /**
   * Greets. INVALID_ARGUMENT if there is no name.
   */
  Greet(
    argument: _greeter_v1_GreetRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_greeter_v1_GreetResponse__Output>,
  ): grpc.ClientUnaryCall;
  Greet(
    argument: _greeter_v1_GreetRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_greeter_v1_GreetResponse__Output>,
  ): grpc.ClientUnaryCall;
  Greet(
    argument: _greeter_v1_GreetRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_greeter_v1_GreetResponse__Output>,
  ): grpc.ClientUnaryCall;
  Greet(
    argument: _greeter_v1_GreetRequest,
    callback: grpc.requestCallback<_greeter_v1_GreetResponse__Output>,
  ): grpc.ClientUnaryCall;
  /**
   * Greets. INVALID_ARGUMENT if there is no name.
   */
  greet(
    argument: _greeter_v1_GreetRequest,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_greeter_v1_GreetResponse__Output>,
  ): grpc.ClientUnaryCall;
  greet(
    argument: _greeter_v1_GreetRequest,
    metadata: grpc.Metadata,
    callback: grpc.requestCallback<_greeter_v1_GreetResponse__Output>,
  ): grpc.ClientUnaryCall;
  greet(
    argument: _greeter_v1_GreetRequest,
    options: grpc.CallOptions,
    callback: grpc.requestCallback<_greeter_v1_GreetResponse__Output>,
  ): grpc.ClientUnaryCall;
  greet(
    argument: _greeter_v1_GreetRequest,
    callback: grpc.requestCallback<_greeter_v1_GreetResponse__Output>,
  ): grpc.ClientUnaryCall;
}

export interface GreeterServiceHandlers
  extends grpc.UntypedServiceImplementation {
  /**
   * Greets. INVALID_ARGUMENT if there is no name.
   */
  Greet: grpc.handleUnaryCall<
    _greeter_v1_GreetRequest__Output,
    _greeter_v1_GreetResponse
  >;
}

export interface GreeterServiceDefinition extends grpc.ServiceDefinition {
  Greet: MethodDefinition<
    _greeter_v1_GreetRequest,
    _greeter_v1_GreetResponse,
    _greeter_v1_GreetRequest__Output,
    _greeter_v1_GreetResponse__Output
  >;
}
