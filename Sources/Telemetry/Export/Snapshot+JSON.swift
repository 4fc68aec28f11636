import Foundation

extension Snapshot {
  /// The snapshot as a JSON object: snake_case keys in alphabetical order, so that equal snapshots are equal text.
  /// `memory_bytes`, `ledger` (one key per part, summing to it), `caches`, `page_blocks_free_by_order` and the rest.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// Reads what `json()` wrote.
  /// - Throws: `DecodingError` when a key is missing or of another type.
  public init(json: String) throws {
    self = try JSONDecoder().decode(Snapshot.self, from: Data(json.utf8))
  }
}
