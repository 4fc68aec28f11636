#if BPF
  internal import CBPF
  import Foundation
#endif

/// Reader of the number of bytes in use in the data buffer of each packet, each time the packet passes a device, is
/// consumed or is dropped. A BPF program (Program/skb_use.bpf.c) reports them; it is unloaded when the reader is destroyed.
///
/// Only one thread at a time may use a reader.
final class BufferUseReader {
  #if BPF
    private let object: OpaquePointer
    private var links: [OpaquePointer] = []
    private var ring: OpaquePointer?
    private let sink = Sink()

    /// Buffer for the reports that libbpf delivers in a call.
    private final class Sink {
      var reports: [BufferUseReport] = []
    }

    /// Loads the program.
    /// - Parameter bufferBytes: Size of the ring buffer, which all CPUs share: a power of two, at least a page.
    /// - Throws: `BufferUseError`.
    init(bufferBytes: Int) throws(BufferUseError) {
      libbpf_set_print(nil)
      guard KernelFile.exists("/sys/kernel/btf/vmlinux") else { throw .noTypes }
      let compiled = PackageResources.skb_use_bpf_o
      let opened = compiled.withUnsafeBytes { bpf_object__open_mem($0.baseAddress, $0.count, nil) }
      guard let opened else { throw .refused(step: "open", reason: BPFPermissions.reason(errno)) }
      // From here on, `deinit` closes the object even if this initializer throws.
      object = opened
      let map = bpf_object__find_map_by_name(opened, "uses")
      let sized = bpf_map__set_max_entries(map, UInt32(clamping: bufferBytes))
      guard sized == 0 else { throw BufferUseReader.error(-sized, step: "configure") }
      let loaded = bpf_object__load(opened)
      guard loaded == 0 else { throw BufferUseReader.error(-loaded, step: "load") }
      ring = ring_buffer__new(
        bpf_map__fd(map), { context, data, count in BufferUseReader.addReport(context, data, count) },
        Unmanaged.passUnretained(sink).toOpaque(), nil)
      guard ring != nil else { throw BufferUseReader.error(errno, step: "map the ring buffer of") }
    }

    deinit {
      for link in links { bpf_link__destroy(link) }
      if let ring { ring_buffer__free(ring) }
      bpf_object__close(object)
    }

    /// Attaches the program to the tracepoints that the kernel has.
    /// - Throws: `BufferUseError`, unless at least one tracepoint at which packets end was attached.
    func start() throws(BufferUseError) {
      var last: Int32 = 0
      var ends = 0
      for name in ["consume_skb", "kfree_skb", "net_dev_queue", "netif_receive_skb"] {
        guard let program = bpf_object__find_program_by_name(object, name) else { continue }
        if let link = bpf_program__attach(program) {
          links.append(link)
          if name.hasSuffix("_skb"), !name.hasPrefix("netif") { ends += 1 }
        } else {
          last = errno
        }
      }
      guard ends == 0 else { return }
      throw last == ENOENT ? .noTracepoints : BufferUseReader.error(last, step: "attach")
    }

    /// Detaches the program. Earlier reports can still be read.
    func stop() {
      for link in links { bpf_link__destroy(link) }
      links = []
    }

    /// Adds all reports in the ring buffer to a stream.
    func readAll(into stream: inout KernelStream) throws(BufferUseError) {
      // The time is taken before the read, so that all later reports are younger.
      let now = CPUBuffers.now()
      let count = ring_buffer__consume(ring)
      guard count >= 0 else { throw BufferUseReader.error(-count, step: "read the ring buffer of") }
      for report in sink.reports { stream.add(report) }
      sink.reports.removeAll(keepingCapacity: true)
      stream.noteReportsRead(upTo: now)
    }

    /// Number of reports that were lost because the ring buffer was full.
    var lostReports: Int {
      var (key, count) = (UInt32(0), UInt64(0))
      let map = bpf_map__fd(bpf_object__find_map_by_name(object, "lost"))
      return bpf_map_lookup_elem(map, &key, &count) == 0 ? Int(clamping: count) : 0
    }

    private static func addReport(
      _ context: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?, _ count: Int
    ) -> Int32 {
      guard let context, let report = BufferUseReport(UnsafeRawBufferPointer(start: data, count: count)) else {
        return 0
      }
      Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue().reports.append(report)
      return 0
    }

    private static func error(_ code: Int32, step: String) -> BufferUseError {
      BPFPermissions.areMissing(code) ? .notPermitted : .refused(step: step, reason: BPFPermissions.reason(code))
    }
  #else
    /// - Throws: `BufferUseError.notBuiltIn`.
    init(bufferBytes: Int) throws(BufferUseError) { throw .notBuiltIn }
    func start() throws(BufferUseError) {}
    func stop() {}
    func readAll(into stream: inout KernelStream) throws(BufferUseError) {}
    var lostReports: Int { 0 }
  #endif
}
