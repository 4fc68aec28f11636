import Foundation
import TerminalUI
import Testing

/// Compares a canvas with the text in Goldens/`name`.txt; with SLABSCOPE_UPDATE_GOLDENS in the environment, writes that file instead.
func expectGolden(_ canvas: Canvas, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/\(name).txt")
  let text = canvas.text() + "\n"
  if ProcessInfo.processInfo.environment["SLABSCOPE_UPDATE_GOLDENS"] != nil {
    try text.write(to: file, atomically: true, encoding: .utf8)
  }
  #expect(try text == String(contentsOf: file, encoding: .utf8), sourceLocation: sourceLocation)
}
