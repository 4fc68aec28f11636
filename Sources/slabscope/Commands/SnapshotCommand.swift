import ArgumentParser
import Glibc
import Kernel
import Telemetry
import TerminalUI
import TextOutput

/// `slabscope snapshot`: prints the slabs of an input at one time.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Print the slabs of the running kernel, a saved snapshot, a history, a recording or a workload.",
    discussion: """
      The running kernel (needs root) is read once, or every --every seconds. Saved figures are recognised by their content: \
      slabinfo of any version, slabtop, vmstat -m, kmem -s of crash, the report of an out-of-memory kill, node_slabinfo metrics, JSON \
      and CSV of this command. A recording or a workload is played to its end, or for --events.

      The slabs of the running kernel are counted by occupancy: full, partial and empty slabs, slabs on CPUs, free bytes in partial \
      slabs, the number of slabs that the live objects would fill completely (PACKED), and the share of slabs lost to external \
      fragmentation (LOST). This requires Linux 6.13 or later and permission to use BPF. Otherwise sums from /sys/kernel/slab are \
      printed, and a line on standard error names the missing requirement. Unknown figures are omitted, or printed as -.

      With --cgroups, the slab memory of each control group (version 2) is printed instead, the largest first: each includes the \
      groups below it. With --every, GROWTH is the growth since the first reading.

      With --prometheus URL@HOST there is no input: the slabs are those of a host that Prometheus scrapes (slabscope serve), now or at a \
      time: URL@HOST@14:05, URL@HOST@-2h. HOST is the label instance, with its port or without.

      EXAMPLES
        sudo slabscope snapshot kernel
        sudo slabscope snapshot kernel --cgroups --every 10 --count 2
        sudo slabscope snapshot kernel --format json -o before.json
        sudo slabscope snapshot kernel --sort active_objects --limit 20
        sudo slabscope snapshot kernel --format jsonl --every 5 --count 12 -o minute.jsonl
        ssh host cat /proc/slabinfo | slabscope snapshot - --filter 'skbuff'
        slabscope snapshot x.history@14:05 --format csv
        slabscope snapshot --prometheus http://localhost:9090@web1@-2h
        slabscope snapshot burst --format svg --size 120x40 -o burst.svg
      """)

  /// Format of the output. `jsonl` is JSON with one snapshot on each line.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, jsonl, csv, openmetrics, prometheus, slabinfo, svg
  }

  @Argument(
    help: ArgumentHelp(
      "kernel, a file of slab figures, a history (x.history@14:05, x.history@-2m), a recording, a workload, or -.",
      valueName: "input"), completion: .input)
  var input: String?

  @Option(
    help:
      "text, json, jsonl (one line each), csv, openmetrics, prometheus, slabinfo, or svg (the dashboard's first page).")
  var format = Format.text

  @Option(
    help: ArgumentHelp("Column to sort by, e.g. active_objects (default: slab memory).", valueName: "column"),
    completion: .snapshotColumn)
  var sort: String?

  @Option(
    help: ArgumentHelp("Columns of text and csv, e.g. cache,active_objects,slab_bytes.", valueName: "columns"),
    completion: .snapshotColumns)
  var columns: String?

  @OptionGroup var selection: SelectionOptions

  @Flag(help: "Print the slab memory of the kernel's control groups instead of its caches.")
  var cgroups = false

  @Option(help: "Seconds between two snapshots of the kernel, 0.1 to 3600.")
  var every: Double?

  @Option(help: "Number of snapshots of --every (default: until ctrl-C).")
  var count: Int?

  @Option(help: ArgumentHelp("Columns and rows of svg.", valueName: "size"))
  var size = TerminalSize(columns: 160, rows: 46)

  @Option(help: "Theme of svg (see slabscope themes).", completion: .theme)
  var theme: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var options: SnapshotInputOptions
  @OptionGroup(title: "A host of Prometheus") var prometheus: PrometheusOptions

  func validate() throws {
    guard input == nil || prometheus.prometheus == nil else {
      throw ValidationError("expected an input or --prometheus, found both: '\(input ?? "")'")
    }
    guard input != nil || prometheus.prometheus != nil else {
      throw ValidationError("expected an input, such as kernel or a file, or --prometheus URL@HOST")
    }
    guard prometheus.range == nil else {
      throw ValidationError("--range: a snapshot is of one time; name it: --prometheus URL@HOST@TIME")
    }
    if let every {
      guard input == Input.kernelName else { throw ValidationError("--every requires the input kernel") }
      guard (0.1...3600).contains(every) else { throw ValidationError("--every: expected 0.1 to 3600 seconds") }
      guard [.text, .json, .jsonl].contains(format) || output.output != "-" else {
        throw ValidationError(
          "--every: --format \(format.rawValue) requires -o FILE, which each snapshot replaces; use jsonl to print all of them"
        )
      }
    }
    if cgroups {
      guard input == Input.kernelName else { throw ValidationError("--cgroups requires the input kernel") }
      guard [.text, .json, .jsonl, .csv].contains(format) else {
        throw ValidationError("--cgroups: expected --format text, json, jsonl or csv")
      }
      guard columns == nil, sort == nil, selection.filter == nil else {
        throw ValidationError("--cgroups excludes --columns, --sort and --filter, which apply to caches")
      }
    }
    guard count == nil || every != nil else { throw ValidationError("--count requires --every") }
    guard count.map({ $0 > 0 }) ?? true else { throw ValidationError("--count: expected a number of at least 1") }
    guard columns == nil || format == .text || format == .csv else {
      throw ValidationError("--columns requires --format text or csv")
    }
  }

  func run() throws {
    try output.check()
    if cgroups { return try printGroups() }
    let writer = try SnapshotText(
      format: every != nil && format == .json ? .jsonl : format, selection: chosenSelection(),
      filter: selection.cacheFilter(), size: size.size, theme: theme.map { try ThemeArgument.theme($0) } ?? .midnight)
    guard let input else {
      return try output.write(writer.text(of: SnapshotInput(prometheus: prometheus.prometheus ?? "", prometheus)))
    }
    guard let every else { return try output.write(writer.text(of: SnapshotInput(input, options))) }
    try repeatSnapshots(every) { try writer.text(of: SnapshotInput(input, options)) }
  }

  /// Prints the slab memory of the control groups, once or repeatedly.
  private func printGroups() throws {
    let reader = CgroupReader()
    var first: [CgroupSlabs]?
    func text(_ format: Format) throws -> String {
      do {
        let groups = try reader.read()
        defer { first = first ?? groups }
        return try CgroupReport(groups, since: first, limit: selection.limit).text(format)
      } catch let error as HostReader.Failure {
        throw Failure.failed("\(error)")
      }
    }
    guard let every else { return try output.write(text(format)) }
    try repeatSnapshots(every) { try text(format == .json ? .jsonl : format) }
  }

  private func chosenSelection() throws -> SnapshotSelection {
    var selected = SnapshotSelection()
    selected.limit = selection.limit
    selected.sortFigure = try sort.map { try SelectionOptions.figure($0, option: "--sort") }
    selected.columns = try columns.map { names in
      try names.split(separator: ",").map {
        try SelectionOptions.figure(String($0.trimmed), option: "--columns")
      }
    }
    return selected
  }

  /// Takes snapshots until the count is reached or a signal arrives. Text and JSON of all snapshots are written; of other formats each
  /// snapshot replaces the file.
  private func repeatSnapshots(_ every: Double, _ snapshot: () throws -> String) throws {
    let ends = EndSignals()
    let appends = [.text, .json, .jsonl].contains(format)
    let file = try appends && output.output != "-" ? OutputFile.open(output.output, overwrites: output.force) : nil
    var taken = 0
    var next = ContinuousClock.now
    repeat {
      let text = try snapshot() + (format == .text ? "\n" : "")
      if let file {
        do { try file.append(Array(text.utf8)) } catch { throw Failure.failed("\(error)") }
      } else {
        // Only the first snapshot could destroy a file that another program wrote.
        try OutputFile.write(text, to: output.output, overwrites: output.force || taken > 0)
      }
      taken += 1
      if taken == count { break }
      next += .seconds(every)
    } while !ends.wait(milliseconds: max(0, Int(ContinuousClock.now.duration(to: next) / .milliseconds(1))))
    do { try file?.commit() } catch { throw Failure.failed("\(error)") }
  }
}

/// Argument that is a size of a screen: `160x46`.
struct TerminalSize: ExpressibleByArgument {
  let size: Size

  init(columns: Int, rows: Int) { size = Size(width: columns, height: rows) }

  init?(argument: String) {
    let numbers = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let columns = numbers[0], let rows = numbers[1], (60...500).contains(columns),
      (15...300).contains(rows)
    else { return nil }
    self.init(columns: columns, rows: rows)
  }

  var defaultValueDescription: String { "\(size.width)x\(size.height)" }
}
