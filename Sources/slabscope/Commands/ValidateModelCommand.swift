import Advisor
import ArgumentParser
import Foundation
import Recordings
import Telemetry

/// `slabscope validate-model`: does the engine's picture agree with the kernel's?
struct ValidateModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate-model",
    abstract: "Replay a recording under the linux policy and compare its slabs with what the kernel said meanwhile.",
    discussion: """
      The recording needs samples of /proc/slabinfo from before and during its events: `slabscope record` takes them, \
      `slabscope import --samples FILE` adds saved ones. Each cache is judged at the sample where its slabs had changed \
      most. A size's kmalloc caches (kmalloc-1k, kmalloc-cg-1k, ...) are compared as one, since events don't tell them apart.

      EXAMPLES
        sudo slabscope record -o x.slabtrace --seconds 10 && slabscope validate-model x.slabtrace
        slabscope validate-model x.slabtrace --format json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "A recording with samples (.slabtrace).")
  var file: String

  @Option(help: "text or json.")
  var format = Format.text

  func run() throws {
    let recording = try Recording(file: file)
    let validation: ModelValidation
    do {
      validation = try ModelValidation(recording)
    } catch let error as ModelValidationError {
      throw Failure.failed("\(file): \(error)")
    } catch let error as SlabtraceError {
      throw Failure.failed("\(file): \(error)")
    } catch let error as SlabinfoDecoder.Mistake {
      throw Failure.failed("\(file): a sample of /proc/slabinfo can't be read: \(error)")
    }
    switch format {
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      Standard.output(String(decoding: try encoder.encode(validation), as: UTF8.self) + "\n")
    case .text: Standard.output(text(validation) + "\n")
    }
  }

  private func text(_ validation: ModelValidation) -> String {
    let comparable = validation.caches.filter(\.isComparable)
    var lines = [
      "changes since before the first event, at the sample of the greatest change (\(validation.samples) samples)", "",
      column("cache", 26) + "      at   objects    slabs | predicted    slabs    error",
    ]
    for row in comparable {
      let error = row.error.map { String(format: "%+.1f %%", $0 * 100) } ?? "-"
      let numbers = String(
        format: "%6.1f s %9ld %8ld | %9ld %8ld", row.seconds, row.observedObjects, row.observedSlabs,
        row.predictedObjects, row.predictedSlabs)
      let line = column(row.cache, 26) + numbers + String(repeating: " ", count: max(1, 9 - error.count)) + error
      lines.append(line + (row.remark.isEmpty ? "" : "  " + row.remark))
    }
    if comparable.isEmpty { lines.append("no cache changed enough to be compared") }
    let others = Dictionary(grouping: validation.caches.filter { !$0.isComparable }, by: \.remark)
    for (remark, rows) in others.sorted(by: { $0.key < $1.key }) {
      let names = rows.prefix(6).map(\.cache).joined(separator: ", ") + (rows.count > 6 ? ", ..." : "")
      lines += ["", "not compared, \(remark): \(rows.count)", "  \(names)"]
    }
    return lines.joined(separator: "\n")
  }

  private func column(_ text: String, _ width: Int) -> String {
    text.count >= width
      ? String(text.prefix(width - 1)) + " " : text.padding(toLength: width, withPad: " ", startingAt: 0)
  }
}
