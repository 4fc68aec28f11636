import Recordings

/// Shapes of a recording with their names, and with the properties that a collector needs for each event.
struct RecordedShapes {
  let symbols: [String]
  let shapes: [Slabtrace.Shape]
  /// The shapes without the contexts of allocations.
  let counted: [CountedShape]

  init(_ recording: Recording) {
    symbols = recording.symbols
    shapes = recording.shapes
    let symbols = symbols
    counted = shapes.map { shape in
      // The cache of a free is not tested: the flags of the context, which are tested too, are those of the allocation.
      let isSkb = RecordedShapes.isSkb(site: symbols[Int(shape.site)], cache: "")
      let isGeneral = shape.kind == .kmalloc || shape.kind == .kfree
      return CountedShape(outcome: shape.outcome, flags: TrafficFlags(isSkb: isSkb, isGeneral: isGeneral))
    }
  }

  /// Returns whether a call site or a cache belongs to socket buffers.
  static func isSkb(site: String, cache: String) -> Bool {
    let function = site.prefix { $0 != "+" }
    return function.contains("skb") || function.hasPrefix("kmalloc_reserve") || cache.hasPrefix("skbuff_")
  }
}
