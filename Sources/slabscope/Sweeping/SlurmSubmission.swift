import FoundationEssentials
import Glibc
import Sweeps
import TextOutput

/// Submission of a sweep to Slurm: a job array and the job that merges its results.
struct SlurmSubmission {
  let array: SlurmArray
  /// Arguments of `sbatch` that the user adds.
  let options: [String]

  /// Submits both jobs.
  /// - Returns: their IDs.
  /// - Throws: a `Failure`. If the second submission fails, the array runs, and the failure says how to merge.
  func submit() throws(Failure) -> (array: String, merge: String) {
    let id = try SlurmSubmission.sbatch(array.arguments + options, script: array.script)
    do {
      return (id, try SlurmSubmission.sbatch(array.mergeArguments(after: id) + options, script: array.mergeScript))
    } catch {
      throw Failure.failed(
        "job \(id) was submitted, but not the one that merges its results; print them with --table: \(error)")
    }
  }

  /// Runs `sbatch` with a script as its input, and returns the ID of the job.
  private static func sbatch(_ arguments: [String], script: String) throws(Failure) -> String {
    let command = ["/usr/bin/env", "sbatch"] + arguments
    guard let process = ChildProcess(command, errors: STDERR_FILENO, readsInput: true), let input = process.input else {
      throw Failure.failed("sbatch cannot be started; the host has too many processes or open files")
    }
    let bytes = Array(script.utf8)
    _ = bytes.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
    close(input)
    let printed = read(process.output)
    let status = process.waitForEnd() >> 8 & 0xFF
    guard status != 127 else {
      throw Failure.failed("sbatch: no such program; install slurm-client, or run parts of the sweep with --shard I/N")
    }
    // --parsable prints the ID, and the name of the cluster after a semicolon.
    let id = String(printed.trimmed.prefix { $0 != ";" })
    guard status == 0, !id.isEmpty else {
      throw Failure.failed(
        "sbatch has refused the job, see its message; add options with --sbatch=--partition=NAME, change --chunk")
    }
    return id
  }

  private static func read(_ descriptor: Int32) -> String {
    defer { close(descriptor) }
    var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  /// Returns the absolute path of a file.
  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath.appendingPathComponent(path)
  }

  /// Path of this program.
  static var program: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? absolute(ProcessArguments.all.first ?? "slabscope")
  }
}
