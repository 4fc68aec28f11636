#if BPF
  internal import CBPF
  import Foundation
#endif

/// Reads, with a BPF program (Program/skb_use.bpf.c), how much of each packet's data buffer is in use when the packet passes
/// a device, is consumed or dropped. The program is gone when the object is.
///
/// One thread at a time uses it.
final class BufferUseReader {
  #if BPF
    private let object: OpaquePointer
    private var links: [OpaquePointer] = []
    private var ring: OpaquePointer?
    private let sink = Sink()

    /// Takes the reports of a call of libbpf.
    private final class Sink {
      var reports: [BufferUseReport] = []
    }

    /// Loads the program and attaches it to the tracepoints that the kernel has.
    /// - Parameter bufferBytes: of the ring buffer, which all CPUs share; a power of two, at least a page.
    /// - Throws: `BufferUseError`.
    init(bufferBytes: Int) throws(BufferUseError) {
      libbpf_set_print(nil)
      guard KernelFile.exists("/sys/kernel/btf/vmlinux") else { throw .noTypes }
      let compiled = PackageResources.skb_use_bpf_o
      let opened = compiled.withUnsafeBytes { bpf_object__open_mem($0.baseAddress, $0.count, nil) }
      guard let opened else { throw .refused(step: "open", reason: BPFRights.reason(errno)) }
      // From here on `deinit` closes the object, also if this initializer throws.
      object = opened
      let map = bpf_object__find_map_by_name(opened, "uses")
      let sized = bpf_map__set_max_entries(map, UInt32(clamping: bufferBytes))
      guard sized == 0 else { throw BufferUseReader.error(-sized, step: "configure") }
      let loaded = bpf_object__load(opened)
      guard loaded == 0 else { throw BufferUseReader.error(-loaded, step: "load") }
      ring = ring_buffer__new(
        bpf_map__fd(map), { context, data, count in BufferUseReader.take(context, data, count) },
        Unmanaged.passUnretained(sink).toOpaque(), nil)
      guard ring != nil else { throw BufferUseReader.error(errno, step: "map the ring buffer of") }
    }

    deinit {
      for link in links { bpf_link__destroy(link) }
      if let ring { ring_buffer__free(ring) }
      bpf_object__close(object)
    }

    /// Begins to report.
    /// - Throws: `BufferUseError`.
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

    /// Ends reporting. What was reported can still be read.
    func stop() {
      for link in links { bpf_link__destroy(link) }
      links = []
    }

    /// Hands over everything that was reported.
    func readAll(into stream: inout KernelStream) throws(BufferUseError) {
      // Taken before the read: a report that comes after a read that found nothing is younger.
      let now = CPUBuffers.now()
      let count = ring_buffer__consume(ring)
      guard count >= 0 else { throw BufferUseReader.error(-count, step: "read the ring buffer of") }
      for report in sink.reports { stream.add(report) }
      sink.reports.removeAll(keepingCapacity: true)
      stream.usesWereRead(upTo: now)
    }

    /// Reports for which there was no room.
    var lostReports: Int {
      var (key, count) = (UInt32(0), UInt64(0))
      let map = bpf_map__fd(bpf_object__find_map_by_name(object, "lost"))
      return bpf_map_lookup_elem(map, &key, &count) == 0 ? Int(clamping: count) : 0
    }

    private static func take(
      _ context: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?, _ count: Int
    ) -> Int32 {
      guard let context, let report = BufferUseReport(UnsafeRawBufferPointer(start: data, count: count)) else {
        return 0
      }
      Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue().reports.append(report)
      return 0
    }

    private static func error(_ code: Int32, step: String) -> BufferUseError {
      BPFRights.areMissing(code) ? .notPermitted : .refused(step: step, reason: BPFRights.reason(code))
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
