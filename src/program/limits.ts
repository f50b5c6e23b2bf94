/**
 * Bounds on what a task or a program may be. They keep one request from taking
 * the memory or the time of the others; real tasks stay a hundred times below.
 */
export const limits = Object.freeze({
  /** Characters of one printed loop nest or one list of steps. */
  maxTextLength: 256 * 1024,
  /** Lines of a loop nest: loops, leaves and marks. */
  maxLoopNestLines: 4096,
  maxTransformSteps: 4096,
  maxStages: 1024,
  maxAxesPerStage: 32,
  maxTensors: 4096,
  maxNetworks: 256,
  maxNetworkNameLength: 256,
  /** Nodes of one stage's arithmetic after inlining. */
  maxExpressionNodes: 65_536,
  maxExpressionDepth: 256,
  /** Extents and products of them stay exact in a double. */
  maxExtent: 2 ** 40,
});
