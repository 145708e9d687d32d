// Original file: pipeline/v1/pipeline.proto


/**
 * One of several streams that share the batches of one opening of the chain.
 * The batches of a lane are in order but not one after the other: what lies
 * between them is on other lanes. The empty batch at the end is on all.
 */
export interface Lane {
  /**
   * Names the opening: streams of another one do not belong to it.
   */
  'opening'?: (string);
  /**
   * Which lane this is, from 0.
   */
  'index'?: (number);
  /**
   * How many there are.
   */
  'count'?: (number);
}

/**
 * One of several streams that share the batches of one opening of the chain.
 * The batches of a lane are in order but not one after the other: what lies
 * between them is on other lanes. The empty batch at the end is on all.
 */
export interface Lane__Output {
  /**
   * Names the opening: streams of another one do not belong to it.
   */
  'opening': (string);
  /**
   * Which lane this is, from 0.
   */
  'index': (number);
  /**
   * How many there are.
   */
  'count': (number);
}
