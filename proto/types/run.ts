import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AggregateServiceClient as _pipeline_v1_AggregateServiceClient, AggregateServiceDefinition as _pipeline_v1_AggregateServiceDefinition } from './pipeline/v1/AggregateService.ts';
import type { Broken as _pipeline_v1_Broken, Broken__Output as _pipeline_v1_Broken__Output } from './pipeline/v1/Broken.ts';
import type { Care as _pipeline_v1_Care, Care__Output as _pipeline_v1_Care__Output } from './pipeline/v1/Care.ts';
import type { Column as _pipeline_v1_Column, Column__Output as _pipeline_v1_Column__Output } from './pipeline/v1/Column.ts';
import type { Committed as _pipeline_v1_Committed, Committed__Output as _pipeline_v1_Committed__Output } from './pipeline/v1/Committed.ts';
import type { Credit as _pipeline_v1_Credit, Credit__Output as _pipeline_v1_Credit__Output } from './pipeline/v1/Credit.ts';
import type { EventBatch as _pipeline_v1_EventBatch, EventBatch__Output as _pipeline_v1_EventBatch__Output } from './pipeline/v1/EventBatch.ts';
import type { ExactValue as _pipeline_v1_ExactValue, ExactValue__Output as _pipeline_v1_ExactValue__Output } from './pipeline/v1/ExactValue.ts';
import type { Figures as _pipeline_v1_Figures, Figures__Output as _pipeline_v1_Figures__Output } from './pipeline/v1/Figures.ts';
import type { FinishRequest as _pipeline_v1_FinishRequest, FinishRequest__Output as _pipeline_v1_FinishRequest__Output } from './pipeline/v1/FinishRequest.ts';
import type { FinishResponse as _pipeline_v1_FinishResponse, FinishResponse__Output as _pipeline_v1_FinishResponse__Output } from './pipeline/v1/FinishResponse.ts';
import type { Finished as _pipeline_v1_Finished, Finished__Output as _pipeline_v1_Finished__Output } from './pipeline/v1/Finished.ts';
import type { IngestServiceClient as _pipeline_v1_IngestServiceClient, IngestServiceDefinition as _pipeline_v1_IngestServiceDefinition } from './pipeline/v1/IngestService.ts';
import type { InputFacts as _pipeline_v1_InputFacts, InputFacts__Output as _pipeline_v1_InputFacts__Output } from './pipeline/v1/InputFacts.ts';
import type { InputPart as _pipeline_v1_InputPart, InputPart__Output as _pipeline_v1_InputPart__Output } from './pipeline/v1/InputPart.ts';
import type { Interim as _pipeline_v1_Interim, Interim__Output as _pipeline_v1_Interim__Output } from './pipeline/v1/Interim.ts';
import type { Kept as _pipeline_v1_Kept, Kept__Output as _pipeline_v1_Kept__Output } from './pipeline/v1/Kept.ts';
import type { KeyField as _pipeline_v1_KeyField, KeyField__Output as _pipeline_v1_KeyField__Output } from './pipeline/v1/KeyField.ts';
import type { Lane as _pipeline_v1_Lane, Lane__Output as _pipeline_v1_Lane__Output } from './pipeline/v1/Lane.ts';
import type { Latency as _pipeline_v1_Latency, Latency__Output as _pipeline_v1_Latency__Output } from './pipeline/v1/Latency.ts';
import type { NextStage as _pipeline_v1_NextStage, NextStage__Output as _pipeline_v1_NextStage__Output } from './pipeline/v1/NextStage.ts';
import type { Opening as _pipeline_v1_Opening, Opening__Output as _pipeline_v1_Opening__Output } from './pipeline/v1/Opening.ts';
import type { Outcome as _pipeline_v1_Outcome, Outcome__Output as _pipeline_v1_Outcome__Output } from './pipeline/v1/Outcome.ts';
import type { ParseServiceClient as _pipeline_v1_ParseServiceClient, ParseServiceDefinition as _pipeline_v1_ParseServiceDefinition } from './pipeline/v1/ParseService.ts';
import type { Position as _pipeline_v1_Position, Position__Output as _pipeline_v1_Position__Output } from './pipeline/v1/Position.ts';
import type { Progress as _pipeline_v1_Progress, Progress__Output as _pipeline_v1_Progress__Output } from './pipeline/v1/Progress.ts';
import type { RawBatch as _pipeline_v1_RawBatch, RawBatch__Output as _pipeline_v1_RawBatch__Output } from './pipeline/v1/RawBatch.ts';
import type { Receipt as _pipeline_v1_Receipt, Receipt__Output as _pipeline_v1_Receipt__Output } from './pipeline/v1/Receipt.ts';
import type { Reject as _pipeline_v1_Reject, Reject__Output as _pipeline_v1_Reject__Output } from './pipeline/v1/Reject.ts';
import type { RequiredField as _pipeline_v1_RequiredField, RequiredField__Output as _pipeline_v1_RequiredField__Output } from './pipeline/v1/RequiredField.ts';
import type { Result as _pipeline_v1_Result, Result__Output as _pipeline_v1_Result__Output } from './pipeline/v1/Result.ts';
import type { ResultBatch as _pipeline_v1_ResultBatch, ResultBatch__Output as _pipeline_v1_ResultBatch__Output } from './pipeline/v1/ResultBatch.ts';
import type { Resume as _pipeline_v1_Resume, Resume__Output as _pipeline_v1_Resume__Output } from './pipeline/v1/Resume.ts';
import type { RuleField as _pipeline_v1_RuleField, RuleField__Output as _pipeline_v1_RuleField__Output } from './pipeline/v1/RuleField.ts';
import type { RulesServiceClient as _pipeline_v1_RulesServiceClient, RulesServiceDefinition as _pipeline_v1_RulesServiceDefinition } from './pipeline/v1/RulesService.ts';
import type { RunEvent as _pipeline_v1_RunEvent, RunEvent__Output as _pipeline_v1_RunEvent__Output } from './pipeline/v1/RunEvent.ts';
import type { RunRequest as _pipeline_v1_RunRequest, RunRequest__Output as _pipeline_v1_RunRequest__Output } from './pipeline/v1/RunRequest.ts';
import type { RunServiceClient as _pipeline_v1_RunServiceClient, RunServiceDefinition as _pipeline_v1_RunServiceDefinition } from './pipeline/v1/RunService.ts';
import type { RunSnapshot as _pipeline_v1_RunSnapshot, RunSnapshot__Output as _pipeline_v1_RunSnapshot__Output } from './pipeline/v1/RunSnapshot.ts';
import type { RunStatus as _pipeline_v1_RunStatus, RunStatus__Output as _pipeline_v1_RunStatus__Output } from './pipeline/v1/RunStatus.ts';
import type { RunUpdate as _pipeline_v1_RunUpdate, RunUpdate__Output as _pipeline_v1_RunUpdate__Output } from './pipeline/v1/RunUpdate.ts';
import type { Schema as _pipeline_v1_Schema, Schema__Output as _pipeline_v1_Schema__Output } from './pipeline/v1/Schema.ts';
import type { SinkServiceClient as _pipeline_v1_SinkServiceClient, SinkServiceDefinition as _pipeline_v1_SinkServiceDefinition } from './pipeline/v1/SinkService.ts';
import type { StageProcess as _pipeline_v1_StageProcess, StageProcess__Output as _pipeline_v1_StageProcess__Output } from './pipeline/v1/StageProcess.ts';
import type { StageReport as _pipeline_v1_StageReport, StageReport__Output as _pipeline_v1_StageReport__Output } from './pipeline/v1/StageReport.ts';
import type { StopRequest as _pipeline_v1_StopRequest, StopRequest__Output as _pipeline_v1_StopRequest__Output } from './pipeline/v1/StopRequest.ts';
import type { StopResponse as _pipeline_v1_StopResponse, StopResponse__Output as _pipeline_v1_StopResponse__Output } from './pipeline/v1/StopResponse.ts';
import type { SwapRequest as _pipeline_v1_SwapRequest, SwapRequest__Output as _pipeline_v1_SwapRequest__Output } from './pipeline/v1/SwapRequest.ts';
import type { SwapResponse as _pipeline_v1_SwapResponse, SwapResponse__Output as _pipeline_v1_SwapResponse__Output } from './pipeline/v1/SwapResponse.ts';
import type { Tag as _pipeline_v1_Tag, Tag__Output as _pipeline_v1_Tag__Output } from './pipeline/v1/Tag.ts';
import type { TagColumn as _pipeline_v1_TagColumn, TagColumn__Output as _pipeline_v1_TagColumn__Output } from './pipeline/v1/TagColumn.ts';
import type { TagCount as _pipeline_v1_TagCount, TagCount__Output as _pipeline_v1_TagCount__Output } from './pipeline/v1/TagCount.ts';
import type { TimeField as _pipeline_v1_TimeField, TimeField__Output as _pipeline_v1_TimeField__Output } from './pipeline/v1/TimeField.ts';
import type { Totals as _pipeline_v1_Totals, Totals__Output as _pipeline_v1_Totals__Output } from './pipeline/v1/Totals.ts';
import type { ValueColumn as _pipeline_v1_ValueColumn, ValueColumn__Output as _pipeline_v1_ValueColumn__Output } from './pipeline/v1/ValueColumn.ts';
import type { ValueField as _pipeline_v1_ValueField, ValueField__Output as _pipeline_v1_ValueField__Output } from './pipeline/v1/ValueField.ts';
import type { WatchRequest as _pipeline_v1_WatchRequest, WatchRequest__Output as _pipeline_v1_WatchRequest__Output } from './pipeline/v1/WatchRequest.ts';
import type { WatchUpdate as _pipeline_v1_WatchUpdate, WatchUpdate__Output as _pipeline_v1_WatchUpdate__Output } from './pipeline/v1/WatchUpdate.ts';
import type { Windows as _pipeline_v1_Windows, Windows__Output as _pipeline_v1_Windows__Output } from './pipeline/v1/Windows.ts';
import type { WorkItem as _pipeline_v1_WorkItem, WorkItem__Output as _pipeline_v1_WorkItem__Output } from './pipeline/v1/WorkItem.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  pipeline: {
    v1: {
      /**
       * Counts and sums events by key. The only stage that holds state.
       */
      AggregateService: SubtypeConstructor<typeof grpc.Client, _pipeline_v1_AggregateServiceClient> & { service: _pipeline_v1_AggregateServiceDefinition }
      Broken: MessageTypeDefinition<_pipeline_v1_Broken, _pipeline_v1_Broken__Output>
      Care: MessageTypeDefinition<_pipeline_v1_Care, _pipeline_v1_Care__Output>
      Column: MessageTypeDefinition<_pipeline_v1_Column, _pipeline_v1_Column__Output>
      Committed: MessageTypeDefinition<_pipeline_v1_Committed, _pipeline_v1_Committed__Output>
      Credit: MessageTypeDefinition<_pipeline_v1_Credit, _pipeline_v1_Credit__Output>
      EventBatch: MessageTypeDefinition<_pipeline_v1_EventBatch, _pipeline_v1_EventBatch__Output>
      ExactValue: MessageTypeDefinition<_pipeline_v1_ExactValue, _pipeline_v1_ExactValue__Output>
      Figures: MessageTypeDefinition<_pipeline_v1_Figures, _pipeline_v1_Figures__Output>
      FinishRequest: MessageTypeDefinition<_pipeline_v1_FinishRequest, _pipeline_v1_FinishRequest__Output>
      FinishResponse: MessageTypeDefinition<_pipeline_v1_FinishResponse, _pipeline_v1_FinishResponse__Output>
      Finished: MessageTypeDefinition<_pipeline_v1_Finished, _pipeline_v1_Finished__Output>
      /**
       * Reads the input and drives the run. The orchestrator calls only this.
       */
      IngestService: SubtypeConstructor<typeof grpc.Client, _pipeline_v1_IngestServiceClient> & { service: _pipeline_v1_IngestServiceDefinition }
      InputFacts: MessageTypeDefinition<_pipeline_v1_InputFacts, _pipeline_v1_InputFacts__Output>
      InputPart: MessageTypeDefinition<_pipeline_v1_InputPart, _pipeline_v1_InputPart__Output>
      Interim: MessageTypeDefinition<_pipeline_v1_Interim, _pipeline_v1_Interim__Output>
      Kept: MessageTypeDefinition<_pipeline_v1_Kept, _pipeline_v1_Kept__Output>
      KeyField: MessageTypeDefinition<_pipeline_v1_KeyField, _pipeline_v1_KeyField__Output>
      Lane: MessageTypeDefinition<_pipeline_v1_Lane, _pipeline_v1_Lane__Output>
      Latency: MessageTypeDefinition<_pipeline_v1_Latency, _pipeline_v1_Latency__Output>
      NextStage: MessageTypeDefinition<_pipeline_v1_NextStage, _pipeline_v1_NextStage__Output>
      Opening: MessageTypeDefinition<_pipeline_v1_Opening, _pipeline_v1_Opening__Output>
      Outcome: MessageTypeDefinition<_pipeline_v1_Outcome, _pipeline_v1_Outcome__Output>
      /**
       * Turns lines into events.
       */
      ParseService: SubtypeConstructor<typeof grpc.Client, _pipeline_v1_ParseServiceClient> & { service: _pipeline_v1_ParseServiceDefinition }
      Position: MessageTypeDefinition<_pipeline_v1_Position, _pipeline_v1_Position__Output>
      ProcessState: EnumTypeDefinition
      Progress: MessageTypeDefinition<_pipeline_v1_Progress, _pipeline_v1_Progress__Output>
      RawBatch: MessageTypeDefinition<_pipeline_v1_RawBatch, _pipeline_v1_RawBatch__Output>
      Receipt: MessageTypeDefinition<_pipeline_v1_Receipt, _pipeline_v1_Receipt__Output>
      Reject: MessageTypeDefinition<_pipeline_v1_Reject, _pipeline_v1_Reject__Output>
      RequiredField: MessageTypeDefinition<_pipeline_v1_RequiredField, _pipeline_v1_RequiredField__Output>
      Result: MessageTypeDefinition<_pipeline_v1_Result, _pipeline_v1_Result__Output>
      ResultBatch: MessageTypeDefinition<_pipeline_v1_ResultBatch, _pipeline_v1_ResultBatch__Output>
      Resume: MessageTypeDefinition<_pipeline_v1_Resume, _pipeline_v1_Resume__Output>
      RuleField: MessageTypeDefinition<_pipeline_v1_RuleField, _pipeline_v1_RuleField__Output>
      /**
       * Drops and tags events.
       */
      RulesService: SubtypeConstructor<typeof grpc.Client, _pipeline_v1_RulesServiceClient> & { service: _pipeline_v1_RulesServiceDefinition }
      RunEvent: MessageTypeDefinition<_pipeline_v1_RunEvent, _pipeline_v1_RunEvent__Output>
      RunPhase: EnumTypeDefinition
      RunRequest: MessageTypeDefinition<_pipeline_v1_RunRequest, _pipeline_v1_RunRequest__Output>
      /**
       * Watches one run, and changes how it goes on.
       */
      RunService: SubtypeConstructor<typeof grpc.Client, _pipeline_v1_RunServiceClient> & { service: _pipeline_v1_RunServiceDefinition }
      RunSnapshot: MessageTypeDefinition<_pipeline_v1_RunSnapshot, _pipeline_v1_RunSnapshot__Output>
      RunStatus: MessageTypeDefinition<_pipeline_v1_RunStatus, _pipeline_v1_RunStatus__Output>
      RunUpdate: MessageTypeDefinition<_pipeline_v1_RunUpdate, _pipeline_v1_RunUpdate__Output>
      Schema: MessageTypeDefinition<_pipeline_v1_Schema, _pipeline_v1_Schema__Output>
      /**
       * Writes the results and the rejects to files.
       */
      SinkService: SubtypeConstructor<typeof grpc.Client, _pipeline_v1_SinkServiceClient> & { service: _pipeline_v1_SinkServiceDefinition }
      StageProcess: MessageTypeDefinition<_pipeline_v1_StageProcess, _pipeline_v1_StageProcess__Output>
      StageReport: MessageTypeDefinition<_pipeline_v1_StageReport, _pipeline_v1_StageReport__Output>
      StopRequest: MessageTypeDefinition<_pipeline_v1_StopRequest, _pipeline_v1_StopRequest__Output>
      StopResponse: MessageTypeDefinition<_pipeline_v1_StopResponse, _pipeline_v1_StopResponse__Output>
      SwapRequest: MessageTypeDefinition<_pipeline_v1_SwapRequest, _pipeline_v1_SwapRequest__Output>
      SwapResponse: MessageTypeDefinition<_pipeline_v1_SwapResponse, _pipeline_v1_SwapResponse__Output>
      Tag: MessageTypeDefinition<_pipeline_v1_Tag, _pipeline_v1_Tag__Output>
      TagColumn: MessageTypeDefinition<_pipeline_v1_TagColumn, _pipeline_v1_TagColumn__Output>
      TagCount: MessageTypeDefinition<_pipeline_v1_TagCount, _pipeline_v1_TagCount__Output>
      TimeField: MessageTypeDefinition<_pipeline_v1_TimeField, _pipeline_v1_TimeField__Output>
      Totals: MessageTypeDefinition<_pipeline_v1_Totals, _pipeline_v1_Totals__Output>
      ValueColumn: MessageTypeDefinition<_pipeline_v1_ValueColumn, _pipeline_v1_ValueColumn__Output>
      ValueField: MessageTypeDefinition<_pipeline_v1_ValueField, _pipeline_v1_ValueField__Output>
      WatchRequest: MessageTypeDefinition<_pipeline_v1_WatchRequest, _pipeline_v1_WatchRequest__Output>
      WatchUpdate: MessageTypeDefinition<_pipeline_v1_WatchUpdate, _pipeline_v1_WatchUpdate__Output>
      Windows: MessageTypeDefinition<_pipeline_v1_Windows, _pipeline_v1_Windows__Output>
      WorkItem: MessageTypeDefinition<_pipeline_v1_WorkItem, _pipeline_v1_WorkItem__Output>
    }
  }
}

