import FoundationEssentials
import TextOutput

extension Snapshot {
  /// Returns the snapshot as a JSON object. The keys are in alphabetical order, so that equal snapshots give equal text.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return EscapedText.json(String(decoding: try encoder.encode(self), as: UTF8.self)) + "\n"
  }

  /// Decodes JSON that ``json()`` wrote.
  /// - Throws: `DecodingError` if a required key is missing or has another type.
  package init(json: String) throws {
    self = try JSONDecoder().decode(Snapshot.self, from: Data(json.utf8))
  }
}
