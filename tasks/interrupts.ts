/**
 * The interrupts of proto/, for the commands of the pipeline.
 *
 * @module
 */

export { type Interrupts, listenForInterrupts } from "../proto/interrupts.ts";
