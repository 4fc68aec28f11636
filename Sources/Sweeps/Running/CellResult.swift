package import FoundationEssentials
import TextOutput

/// Result of a cell: one line of JSON.
package struct CellResult: Sendable, Hashable, Codable {
  /// The cell.
  package var cell: SweepCell
  /// Figures that depend on the cell only.
  package var figures: CellFigures
  /// Times of the replay.
  package var times: CellTimes

  private enum CodingKeys: String, CodingKey { case cell, figures, times }

  /// Creates a result from its parts.
  package init(cell: SweepCell, figures: CellFigures, times: CellTimes) {
    (self.cell, self.figures, self.times) = (cell, figures, times)
  }

  /// Reads a line that ``line()`` has made. Returns nil for any other text.
  package init?(line: Data) {
    guard let result = try? JSONDecoder().decode(CellResult.self, from: line) else { return nil }
    self = result
  }

  /// Reads the properties of the cell beside the figures; the key of the cell must be that of its properties.
  package init(from decoder: any Decoder) throws {
    cell = try SweepCell(from: decoder)
    let object = try decoder.container(keyedBy: CodingKeys.self)
    guard try object.decode(String.self, forKey: .cell) == cell.key else {
      throw DecodingError.dataCorruptedError(
        forKey: .cell, in: object, debugDescription: "expected the hash of the properties of the cell")
    }
    figures = try object.decode(CellFigures.self, forKey: .figures)
    times = try object.decode(CellTimes.self, forKey: .times)
  }

  /// Writes the key of the cell as `cell` and its properties beside it.
  package func encode(to encoder: any Encoder) throws {
    try cell.encode(to: encoder)
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(cell.key, forKey: .cell)
    try object.encode(figures, forKey: .figures)
    try object.encode(times, forKey: .times)
  }

  /// Returns the JSON object with its keys in alphabetical order, and a line end.
  package func line() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return EscapedText.json(String(decoding: try encoder.encode(self), as: UTF8.self)) + "\n"
  }
}
