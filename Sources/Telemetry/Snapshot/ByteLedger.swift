/// Use of every byte of machine memory. Each byte is in exactly one part, so the parts sum to the machine's memory.
///
/// A kernel does not tell all parts apart: it does not know the requested bytes, so that rounding counts as payload. Such a part
/// is 0 and unknown, and exports omit it.
package struct ByteLedger: Sendable, Hashable, Codable {
  /// Part of the ledger. The raw value is its key in exports.
  package enum Part: String, CaseIterable, Sendable, Codable {
    case livePayload = "live_payload"
    case rounding
    case alignmentAndMetadata = "alignment_and_metadata"
    case slabTail = "slab_tail"
    case freeInMagazines = "free_in_magazines"
    case freeInPartialSlabs = "free_in_partial_slabs"
    case emptySlabs = "empty_slabs"
    case pageHog = "page_hog"
    case otherUse = "other_use"
    case freePages = "free_pages"

    /// Whether the part is in slabs or in page blocks of large objects.
    package var isSlabMemory: Bool { ![.pageHog, .otherUse, .freePages].contains(self) }

    /// Label on the screen and in exports.
    package var title: String {
      switch self {
      case .livePayload: "payload"
      case .rounding: "rounding"
      case .alignmentAndMetadata: "alignment"
      case .slabTail: "slab tails"
      case .freeInMagazines: "on CPUs"
      case .freeInPartialSlabs: "partial"
      case .emptySlabs: "empty slabs"
      case .pageHog: "page hog"
      case .otherUse: "other use"
      case .freePages: "free pages"
      }
    }

    /// Definition, shown in the help.
    package var explanation: String {
      switch self {
      case .livePayload: "requested bytes of live objects"
      case .rounding: "allocated bytes of live objects beyond the requested ones (internal fragmentation)"
      case .alignmentAndMetadata: "alignment and debug metadata of live objects"
      case .slabTail: "bytes at the end of non-empty slabs that are too few for another object"
      case .freeInMagazines:
        "free objects in per-CPU caches: magazines and depots; CPU slabs, CPU partial lists and sheaves"
      case .freeInPartialSlabs: "free objects in slabs that also have live objects"
      case .emptySlabs: "slabs without a live object"
      case .pageHog: "pages allocated by the memory hog to create memory pressure"
      case .otherUse: "pages of a host that are neither in slabs nor free"
      case .freePages: "free pages of the page allocator"
      }
    }
  }

  private var bytes: [Int]
  /// A bit for each part that is not known.
  private var unknownBits: UInt16 = 0

  /// Creates a ledger whose parts are all 0.
  package init() { bytes = Array(repeating: 0, count: Part.allCases.count) }

  /// Bytes in the part.
  package subscript(part: Part) -> Int {
    get { bytes[ByteLedger.index(part)] }
    set { bytes[ByteLedger.index(part)] = newValue }
  }

  /// Bytes in the part; nil if the source does not tell them from those of another part.
  package subscript(known part: Part) -> Int? {
    get { isKnown(part) ? self[part] : nil }
    set {
      self[part] = newValue ?? 0
      let bit: UInt16 = 1 << UInt16(ByteLedger.index(part))
      if newValue == nil { unknownBits |= bit } else { unknownBits &= ~bit }
    }
  }

  /// Returns whether the source tells the bytes of the part from those of other parts.
  package func isKnown(_ part: Part) -> Bool { (unknownBits >> UInt16(ByteLedger.index(part))) & 1 == 0 }

  /// Sum of all parts in bytes: the machine's memory.
  package var sum: Int { bytes.reduce(0, +) }

  /// Bytes of slabs and of page blocks of large objects.
  package var slabBytes: Int { Part.allCases.reduce(0) { $0 + ($1.isSlabMemory ? self[$1] : 0) } }

  /// Encodes the ledger as an object with one key for each known part.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    for part in Part.allCases { try object.encodeIfPresent(self[known: part], forKey: Key(part)) }
  }

  /// Decodes an object that ``encode(to:)`` wrote. A missing part is unknown.
  package init(from decoder: any Decoder) throws {
    self.init()
    let object = try decoder.container(keyedBy: Key.self)
    for part in Part.allCases { self[known: part] = try object.decodeIfPresent(Int.self, forKey: Key(part)) }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ part: Part) { stringValue = part.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private static func index(_ part: Part) -> Int {
    switch part {
    case .livePayload: 0
    case .rounding: 1
    case .alignmentAndMetadata: 2
    case .slabTail: 3
    case .freeInMagazines: 4
    case .freeInPartialSlabs: 5
    case .emptySlabs: 6
    case .pageHog: 7
    case .otherUse: 8
    case .freePages: 9
    }
  }
}
