/// Where every byte of machine memory is. Each byte is in exactly one part, so the parts sum to the machine's memory.
public struct ByteLedger: Sendable, Hashable, Codable {
  /// One part of the ledger; the raw value is its key in exports.
  public enum Part: String, CaseIterable, Sendable, Codable {
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

    /// As on screen.
    public var title: String {
      switch self {
      case .livePayload: "payload"
      case .rounding: "rounding"
      case .alignmentAndMetadata: "alignment"
      case .slabTail: "slab tails"
      case .freeInMagazines: "magazines"
      case .freeInPartialSlabs: "partial"
      case .emptySlabs: "empty slabs"
      case .pageHog: "page hog"
      case .otherUse: "other use"
      case .freePages: "free pages"
      }
    }

    /// What the part is, in a sentence.
    public var explanation: String {
      switch self {
      case .livePayload: "bytes that owners of live objects asked for"
      case .rounding: "bytes of live objects beyond what their owners asked for"
      case .alignmentAndMetadata: "alignment and debug metadata of live objects"
      case .slabTail: "bytes of slabs in use that no object covers"
      case .freeInMagazines: "free objects in CPUs' magazines and depots"
      case .freeInPartialSlabs: "free objects in slabs that also hold others"
      case .emptySlabs: "whole slabs kept in reserve"
      case .pageHog: "pages that the page hog holds"
      case .otherUse: "pages neither in slabs nor free, on a host"
      case .freePages: "pages that nobody holds"
      }
    }
  }

  private var bytes: [Int]

  /// A ledger of nothing.
  public init() { bytes = Array(repeating: 0, count: Part.allCases.count) }

  /// Bytes in a part.
  public subscript(part: Part) -> Int {
    get { bytes[ByteLedger.index(part)] }
    set { bytes[ByteLedger.index(part)] = newValue }
  }

  /// All parts together: the machine's memory.
  public var sum: Int { bytes.reduce(0, +) }

  /// Encodes as an object with one key per part.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    for part in Part.allCases { try object.encode(self[part], forKey: Key(part)) }
  }

  /// Decodes what `encode` wrote; every part must be there.
  public init(from decoder: any Decoder) throws {
    self.init()
    let object = try decoder.container(keyedBy: Key.self)
    // Snapshots of before hosts were read lack the last but one.
    for part in Part.allCases { self[part] = try object.decodeIfPresent(Int.self, forKey: Key(part)) ?? 0 }
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
