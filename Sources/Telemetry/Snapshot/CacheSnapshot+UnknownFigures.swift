extension CacheSnapshot {
  /// Set of figures that are stored without an optional. A source that does not know such a figure marks it in
  /// ``unknownFigures``; the stored value is then a default that must not be shown.
  ///
  /// A set of bits instead of optionals keeps the sums over all caches, which are computed at each refresh, free of branches.
  package struct FigureSet: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let objectSize = FigureSet(rawValue: 1 << 0)
    package static let stride = FigureSet(rawValue: 1 << 1)
    package static let activeObjects = FigureSet(rawValue: 1 << 2)
    package static let totalObjects = FigureSet(rawValue: 1 << 3)
    package static let objectsInMagazines = FigureSet(rawValue: 1 << 4)
    package static let slabs = FigureSet(rawValue: 1 << 5)
    package static let slabsByOrder = FigureSet(rawValue: 1 << 6)
    package static let slabBytes = FigureSet(rawValue: 1 << 7)
    package static let tailBytes = FigureSet(rawValue: 1 << 8)
    package static let preferredOrder = FigureSet(rawValue: 1 << 9)
    package static let objectsPerPreferredSlab = FigureSet(rawValue: 1 << 10)
    package static let magazineCapacity = FigureSet(rawValue: 1 << 11)
    package static let orderFallbacks = FigureSet(rawValue: 1 << 12)

    /// Every figure that is stored without an optional.
    package static let all = FigureSet(rawValue: 1 << 13 - 1)
  }

  /// Returns whether the source knows all of the given figures.
  @inlinable @inline(__always)
  package func knows(_ figures: FigureSet) -> Bool { unknownFigures.isDisjoint(with: figures) }

  /// Accesses a figure as an optional: nil if the source does not know it. Setting nil marks the figure as unknown and
  /// leaves its stored value unchanged.
  package subscript<Value>(known path: WritableKeyPath<CacheFigures, Value>, figure: FigureSet) -> Value? {
    get { knows(figure) ? storage.figures[keyPath: path] : nil }
    set {
      if let newValue {
        ownFigures[keyPath: path] = newValue
        unknownFigures.subtract(figure)
      } else {
        unknownFigures.formUnion(figure)
      }
    }
  }
}
