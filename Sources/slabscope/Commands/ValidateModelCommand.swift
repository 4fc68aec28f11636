import Advisor
import ArgumentParser
import Glibc
import Recordings
import Telemetry
import Workloads

/// `slabscope validate-model`: compares the slabs of a replay with samples of the recorded kernel.
struct ValidateModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate-model",
    abstract: "Replay a recording and compare its slabs over time with the samples of the recorded kernel.",
    discussion: """
      The recording must have samples of /proc/slabinfo from before and during its events: `slabscope record` takes them, \
      `slabscope import --samples FILE` adds saved ones. The replay starts with the kernel's slabs before the first event. \
      At each later sample the changes since then are compared, for each cache and in total. The error of a sample is the \
      sum of the absolute errors of the caches. The validation passes if the mean error is at most 10 % of the kernel's \
      greatest change, or 256 KiB if that change is less than 4 MiB.

      Unseen frees, for which the recording has no event, are inferred from the free of a companion object, from the \
      kernel's counts of live objects at the samples (from the occupancy of all slabs, or else active_objs, an upper bound; \
      applied before the slabs are compared), and from addresses that are allocated again.

      If the samples have the occupancy of all slabs, the replay starts with it, and partial slabs are compared by eighths \
      of their live objects: at most 15 % of them may be in another eighth than in the kernel.

      EXAMPLES
        sudo slabscope record -o x.slabtrace --seconds 10
        slabscope validate-model x.slabtrace
        slabscope validate-model x.slabtrace --format svg > model.svg
        slabscope validate-model x.slabtrace --policy hemment --format json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, svg }

  @Argument(
    help: ArgumentHelp("Recording with samples (.slabtrace), or the name of a bundled one.", valueName: "input"),
    completion: .recording)
  var file: String

  @Option(help: ArgumentHelp("Policy of the replay, or a TOML file.", valueName: "name"), completion: .policy)
  var policy = "linux"

  @Flag(help: "Start with empty caches.")
  var cold = false

  @Option(help: "Seed of the random choice of live objects at the start.")
  var seed: UInt64 = 0

  @Option(help: "text, json, csv (one row per sample and cache), or svg (curves of the kernel and the replay).")
  var format = Format.text

  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.check()
    let policy = try PolicyArgument.policy(policy)
    let recording = try Input(file).recording(file)
    let validation: ModelValidation
    let progress = Progress("validating")
    defer { progress.end() }
    do {
      validation = try ModelValidation(recording, policy: policy, isCold: cold, seed: seed) { done, all in
        progress.update(done, of: all, "\(done) of \(all) samples")
      }
    } catch let error as ModelValidationError {
      throw Failure.failed("\(file): \(error)")
    } catch let error as SlabtraceError {
      throw Failure.failed("\(file): \(error)")
    } catch let error as SlabOccupancy.ParseError {
      throw Failure.failed("\(file): a sample of slab occupancy cannot be read: \(error)")
    } catch let error as SlabinfoDecoder.ParseError {
      throw Failure.failed("\(file): a sample of /proc/slabinfo cannot be read: \(error)")
    }
    progress.end()
    switch format {
    case .text: try output.write(validation.text + "\n")
    case .json: try output.write(try validation.json())
    case .csv: try output.write(validation.csv)
    case .svg: try output.write(validation.svg)
    }
  }
}
