extension Snapshot {
  /// Set of figures that are stored without an optional. A source that does not know such a figure marks it in
  /// ``unknownFigures``; the stored value is then a default that must not be shown.
  package struct FigureSet: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let memoryBytes = FigureSet(rawValue: 1 << 0)
    package static let pageBytes = FigureSet(rawValue: 1 << 1)
    package static let cpus = FigureSet(rawValue: 1 << 2)
    package static let time = FigureSet(rawValue: 1 << 3)
    package static let ledger = FigureSet(rawValue: 1 << 4)
    package static let pageBlocksFreeByOrder = FigureSet(rawValue: 1 << 5)

    /// Figures that a text about caches, such as a saved slabinfo, does not contain.
    package static let machine: FigureSet = [.memoryBytes, .pageBytes, .cpus, .time, .pageBlocksFreeByOrder]
  }

  /// Returns whether the source knows all of the given figures.
  @inlinable @inline(__always)
  package func knows(_ figures: FigureSet) -> Bool { unknownFigures.isDisjoint(with: figures) }

  /// Accesses a figure as an optional: nil if the source does not know it. Setting nil marks the figure as unknown and
  /// leaves its stored value unchanged.
  package subscript<Value>(known path: WritableKeyPath<Snapshot, Value>, figure: FigureSet) -> Value? {
    get { knows(figure) ? self[keyPath: path] : nil }
    set {
      if let newValue {
        self[keyPath: path] = newValue
        unknownFigures.subtract(figure)
      } else {
        unknownFigures.formUnion(figure)
      }
    }
  }

  /// Slab memory of all caches in bytes; nil if the source does not know that of some cache.
  package var knownSlabBytes: Int? { knownSum(.slabBytes) { $0.slabBytes } }

  /// Live objects of all caches; nil if the source does not know those of some cache.
  package var knownActiveObjects: Int? { knownSum(.activeObjects) { $0.activeObjects } }

  /// Objects that the slabs of all caches have room for; nil if the source does not know those of some cache.
  package var knownTotalObjects: Int? { knownSum(.totalObjects) { $0.totalObjects } }

  /// Slabs of all caches; nil if the source does not know those of some cache.
  package var knownSlabs: Int? { knownSum(.slabs) { $0.slabs } }

  private func knownSum(_ figure: CacheSnapshot.FigureSet, _ value: (CacheSnapshot) -> Int) -> Int? {
    caches.allSatisfy { $0.knows(figure) } ? sum(value) : nil
  }
}
