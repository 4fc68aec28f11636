/// Counts of the objects that a mirror follows, and of the differences from the kernel that it corrected.
package struct MirrorCounts: Sendable, Hashable {
  /// Events of the kernel that the mirror has read.
  package var events = 0
  /// Live objects from before the start of the mirror. Their call sites, CPUs and requested sizes are not known.
  package var olderObjects = 0
  /// Live objects that the mirror has seen allocated.
  package var followedObjects = 0
  /// Requested bytes of ``followedObjects``.
  package var requestedBytes = 0
  /// Bytes that the kernel allocated for ``followedObjects``.
  package var allocatedBytes = 0
  /// Frees without an event that the reuse of the address revealed.
  package var unseenFreesByAddress = 0
  /// Objects that the mirror freed because the kernel counts fewer objects: they were freed without an event, or their free
  /// did not name a cache.
  package var correctedFrees = 0
  /// Objects that the mirror allocated because the kernel counts more objects: they were allocated without an event, or the
  /// event was lost.
  package var correctedAllocations = 0
  /// Frees of objects from before the start whose cache is not known.
  package var freesOfUnknownCaches = 0
}
