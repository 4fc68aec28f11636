import ArgumentParser
import Dashboard
import Foundation
import Telemetry
import TerminalUI
import Testing

@testable import slabscope

@Suite struct SnapshotTextTests {
  private func input() throws -> SnapshotInput {
    let path = NSTemporaryDirectory() + "slabscope-snapshot-\(UUID().uuidString)"
    let slabinfo = "slabinfo - version: 1.1\nskbuff_head_cache  350 460 192 20 23 1\nfile lock cache  3 42 92 1 1 1\n"
    try Data(slabinfo.utf8).write(to: URL(fileURLWithPath: path))
    return try SnapshotInput(path, try SnapshotInputOptions.parse([]))
  }

  private func text(_ format: SnapshotCommand.Format, filter: CacheFilter? = nil) throws -> String {
    try SnapshotText(
      format: format, selection: SnapshotSelection(), filter: filter, size: Size(width: 100, height: 30),
      theme: .midnight
    ).text(of: input())
  }

  @Test(arguments: SnapshotCommand.Format.allCases) func everyFormatEndsWithALineEndAndNamesTheCache(
    _ format: SnapshotCommand.Format
  ) throws {
    let text = try text(format)
    #expect(text.hasSuffix("\n") && text.contains("skbuff_head_cache"))
  }

  @Test func jsonlIsOneLineThatIsEqualToJSON() throws {
    let line = try text(.jsonl)
    #expect(line.split(separator: "\n").count == 1)
    // The two inputs have different names.
    #expect(try Snapshot(json: line).caches == Snapshot(json: try text(.json)).caches)
  }

  @Test(arguments: [SnapshotCommand.Format.text, .csv, .json, .svg]) func theFilterAppliesToEveryFormat(
    _ format: SnapshotCommand.Format
  ) throws {
    let text = try text(format, filter: try CacheFilter("slabmem > 8K"))
    #expect(text.contains("skbuff_head_cache") && !text.contains("file lock cache"))
  }

  @Test func sizesOfScreensAreColumnsAndRows() {
    #expect(TerminalSize(argument: "160x46")?.size == Size(width: 160, height: 46))
    for text in ["160", "5x5", "x46", "160x", "-160x46", "160x46x2", "9999x46"] {
      #expect(TerminalSize(argument: text) == nil)
    }
  }

  @Test func columnsHaveTheNamesOfTheDashboardAndOfExports() throws {
    #expect(try SelectionOptions.figure("slabmem", option: "--sort") == .slabBytes)
    #expect(try SelectionOptions.figure("slab_bytes", option: "--sort") == .slabBytes)
    #expect { _ = try SelectionOptions.figure("nosuch", option: "--sort") } throws: {
      ($0 as? Failure)?.isUsage == true
    }
    #expect(throws: CacheFilter.ParseError.self) { _ = try CacheFilter("waste >") }
  }
}
