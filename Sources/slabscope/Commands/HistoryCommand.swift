import ArgumentParser
import Glibc
import Kernel
import Profiles
import Telemetry
import Workloads

/// `slabscope history`: replays a recorded history in the dashboard, or records the running kernel without a terminal.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Replay a recorded history in the dashboard, or record one without a terminal.",
    discussion: """
      A history is an SQLite file of snapshots. `slabscope --history FILE` records one from the dashboard, this command with \
      --record from the running kernel. The dashboard opens a history at its latest snapshot: t and T step through time, J jumps \
      (2m ago, 14:05:00), Space plays, + and - change the speed, n returns to the end, b marks a snapshot and then shows the growth \
      since. Snapshots that are recorded meanwhile are added.

      EXAMPLES
        slabscope --history traffic.history --workload burst
        slabscope history traffic.history
        sudo slabscope history host.history --record --interval 5 --keep 24h
        sudo slabscope history host.history --record --profiles
        sqlite3 host.history "SELECT * FROM cache_history WHERE name = 'dentry'"
      """)

  @Argument(
    help: "History file, optionally at a time: x.history@14:05, x.history@-2m.",
    completion: .file(extensions: ["history"]))
  var file: String

  @Flag(help: "Record the running kernel to the file until ctrl-C (needs root).")
  var record = false

  @Option(help: "Seconds between two snapshots, 1 to 3600 (default: 1); requires --record.")
  var interval: Double?

  @Option(help: "Age at which snapshots are deleted, e.g. 30m, 24h, 7d (default: never); requires --record.")
  var keep: TimeSpan?

  @Flag(
    help:
      "Also watch the kernel's allocations and record their profile every 5 seconds, so that call sites are known; requires --record."
  )
  var profiles = false

  @OptionGroup var watch: TrafficWatchOptions
  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    guard record || !profiles else { throw ValidationError("--profiles requires --record") }
    guard profiles || watch.givenNames.isEmpty else {
      throw ValidationError("--stacks, --max-overhead and --sampling require --record --profiles")
    }
    guard record || (interval == nil && keep == nil) else {
      throw ValidationError("--interval and --keep require --record")
    }
    guard interval.map({ (1...3600).contains($0) }) ?? true else {
      throw ValidationError("--interval: expected 1 to 3600 seconds")
    }
  }

  func run() throws {
    if record {
      guard !screen.isSet else {
        throw Failure.usage("--record excludes --theme, --layout, --columns, --ascii and --no-mouse")
      }
      return try recordKernel()
    }
    // An unusable history is an error message in the shell, before the screen is taken over.
    let input = try Input(file)
    guard case .history(let history) = input else {
      throw Failure.usage(
        "\(file): expected a history, found \(input.description); show it with slabscope dashboard \(file)")
    }
    let catalog = SourceCatalog(history: history)
    _ = try HistorySource(history.file, path: history.path)
    let playback = try PlaybackOptions.parse([])
    let status = try screen.show(try Configuration.user(), catalog, playback)
    ScreenOptions.end(with: status)
  }

  private func recordKernel() throws {
    let ends = EndSignals()
    let reader = HostReader()
    let snapshot: () throws -> Snapshot = {
      do {
        var snapshot = try reader.snapshot()
        snapshot.workload = reader.title
        return snapshot
      } catch {
        throw Failure.failed("\(error)")
      }
    }
    // The file is created only if the kernel can be read and watched.
    let first = try snapshot()
    let traffic: (any KernelTraffic)?
    do {
      traffic = profiles ? try KernelTrafficMethods.open(watch.options) : nil
    } catch {
      throw Failure.failed("kernel: \(error)")
    }
    var problem: String?
    /// Returns the profile up to now; nil if none is recorded, or its figures cannot be read.
    func profile() -> AllocationProfile? {
      do {
        try traffic?.update(readsObjects: true)
        return traffic?.profile
      } catch {
        if problem == nil { Standard.error("slabscope: the profile is not recorded any longer: \(error)\n") }
        problem = "\(error)"
        return nil
      }
    }
    let writer = try HistoryWriter(file, keep: keep?.seconds)
    Standard.error("slabscope: recording \(reader.title) to \(file) (ctrl-C ends)\n")
    writer.add(first)
    while !ends.wait(milliseconds: Int((interval ?? 1) * 1000)), writer.failure == nil {
      writer.add(try snapshot(), profile: profile())
    }
    if let failure = writer.finish() { throw Failure.failed(failure) }
  }
}
