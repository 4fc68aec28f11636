/// Contender that a child process measures.
package enum ContenderKind: String, CaseIterable {
  /// The engine in several configurations. `engine` has one CPU per thread, hence one CPU in a replay. `recordedCPUs` has the
  /// recorded CPUs, with remote frees. The others have one CPU per thread and data capture, shared slabs, shuffling, or the
  /// policy `hemment`.
  case engine, recordedCPUs, capture, shared, shuffled, hemment
  /// The malloc of the process: glibc's, or one that LD_PRELOAD names.
  case malloc
  /// A LIFO stack of objects for each exact size, without accounting; a free is told the size.
  case floor
  /// A LIFO stack of objects for each size class, without accounting; a free finds the class by the object's page.
  case pageMapFloor

  /// Whether the contender supports one thread only.
  package var isFloor: Bool { self == .floor || self == .pageMapFloor }
  /// Whether the contender is the engine in a configuration other than the default.
  package var isVariant: Bool { !isFloor && self != .malloc && self != .engine }
}
