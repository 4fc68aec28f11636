import Advisor
import ArgumentParser
import Foundation
import Recordings
import Telemetry
import Workloads

/// `slabscope validate-model`: compares a replay's slabs with what the recorded kernel said of its own.
struct ValidateModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate-model",
    abstract: "Replay a recording and compare its slabs over time with what the kernel said meanwhile.",
    discussion: """
      The recording needs samples of /proc/slabinfo from before and during its events: `slabscope record` takes them, \
      `slabscope import --samples FILE` adds saved ones. The replay begins as the kernel's caches were before the first \
      event; at each later sample the changes since then are compared, of each cache and in total. The error at a sample \
      is the sum of the caches' absolute errors. Allowed is a mean error of 10 % of the kernel's greatest change, or \
      256 KiB if that is less than 4 MiB.

      Frees that the recording does not report are found by their companions, by the kernel's live objects at the samples \
      (from the occupancy of all slabs, else by active_objs, an upper bound; applied before the slabs are compared), and by \
      addresses that are allocated again.

      Where the samples have the occupancy of all slabs, the replay begins with it, and partial slabs are compared by \
      eighths of their objects in use: at most 15 % of them may lie in another eighth than in the kernel.

      EXAMPLES
        sudo slabscope record -o x.slabtrace --seconds 10 && slabscope validate-model x.slabtrace
        slabscope validate-model x.slabtrace --format svg > model.svg
        slabscope validate-model x.slabtrace --policy hemment --format json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, svg }

  @Argument(help: "A recording with samples (.slabtrace).")
  var file: String

  @Option(help: ArgumentHelp("The policy to replay under, or a TOML file.", valueName: "name"))
  var policy = "linux"

  @Flag(help: "Begin on an empty machine.")
  var cold = false

  @Option(help: "Seed of what the samples leave open of the start.")
  var seed: UInt64 = 0

  @Option(help: "text, json, csv (a row a sample and cache), or svg (curves of the kernel and the replay).")
  var format = Format.text

  func run() throws {
    let policy = try PolicyArgument.policy(policy)
    let recording = try Recording(file: file)
    let validation: ModelValidation
    do {
      validation = try ModelValidation(recording, policy: policy, isCold: cold, seed: seed)
    } catch let error as ModelValidationError {
      throw Failure.failed("\(file): \(error)")
    } catch let error as SlabtraceError {
      throw Failure.failed("\(file): \(error)")
    } catch let error as SlabOccupancy.ParseError {
      throw Failure.failed("\(file): a sample of slab occupancy can't be read: \(error)")
    } catch let error as SlabinfoDecoder.ParseError {
      throw Failure.failed("\(file): a sample of /proc/slabinfo can't be read: \(error)")
    }
    switch format {
    case .text: Standard.output(validation.text + "\n")
    case .json: Standard.output(try validation.json())
    case .csv: Standard.output(validation.csv)
    case .svg: Standard.output(validation.svg)
    }
  }
}
