#if BPF
  internal import CBPF
  import Glibc

  /// Map of a BPF program.
  struct BPFMap {
    private let descriptor: Int32
    private let keyBytes: Int
    /// Bytes of a value in user space: of all possible CPUs, if the map has a value for each CPU.
    let valueBytes: Int

    /// Number of possible CPUs: maps with a value for each CPU have so many.
    static let possibleCPUs = max(1, Int(libbpf_num_possible_cpus()))

    /// - Parameters:
    ///   - name: Name of the map in the program's source.
    ///   - valueBytes: Size of a value, on one CPU if the map has a value for each CPU.
    init(_ name: String, of object: BPFObject, keyBytes: Int = 4, valueBytes: Int, isPerCPU: Bool = false) {
      (descriptor, self.keyBytes) = (object.map(name), keyBytes)
      self.valueBytes = isPerCPU ? (valueBytes + 7) / 8 * 8 * BPFMap.possibleCPUs : valueBytes
    }

    /// Reads the value of a 32-bit key into a buffer; returns whether the map has the key.
    func read(_ key: Int, into buffer: inout [UInt64]) -> Bool {
      var key = UInt32(clamping: key)
      if buffer.count * 8 < valueBytes { buffer = [UInt64](repeating: 0, count: (valueBytes + 7) / 8) }
      // The buffer has room for a value.
      return buffer.withUnsafeMutableBytes { bpf_map_lookup_elem(descriptor, &key, $0.baseAddress) } == 0
    }

    /// Writes the value of a 32-bit key; returns whether that succeeded.
    func write<Value: BitwiseCopyable>(_ value: Value, at key: Int) -> Bool {
      var (key, value) = (UInt32(clamping: key), value)
      return bpf_map_update_elem(descriptor, &key, &value, UInt64(BPF_ANY)) == 0
    }

    /// Removes a 64-bit key; returns whether the map had it.
    func remove(_ key: UInt64) -> Bool {
      var key = key
      return bpf_map_delete_elem(descriptor, &key) == 0
    }

    /// Reads all entries in batches. Entries that are added or removed meanwhile may be read or not; a few may be read twice.
    /// - Parameters:
    ///   - most: Largest number of entries to read.
    ///   - body: Called with the keys and the values of a batch, and the number of entries.
    /// - Throws: `BPFObject.Failure`.
    func forEachBatch(
      most: Int = .max, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, Int) -> Void
    ) throws(BPFObject.Failure) {
      var batch = 4096
      var keys = [UInt8](repeating: 0, count: batch * keyBytes)
      var values = [UInt64](repeating: 0, count: (batch * valueBytes + 7) / 8)
      var (position, next): (UInt64, UInt64) = (0, 0)
      var (isFirst, read) = (true, 0)
      while read < most {
        var count = UInt32(min(batch, most - read))
        // The arrays have room for `count` keys and values.
        let status = keys.withUnsafeMutableBytes { keys in
          values.withUnsafeMutableBytes { values in
            withUnsafeMutablePointer(to: &position) { position in
              bpf_map_lookup_batch(
                descriptor, isFirst ? nil : position, &next, keys.baseAddress, values.baseAddress, &count, nil)
            }
          }
        }
        let code = status == 0 ? 0 : errno
        if code == ENOSPC {
          // A bucket of the hash has more entries than a batch.
          batch *= 2
          keys = [UInt8](repeating: 0, count: batch * keyBytes)
          values = [UInt64](repeating: 0, count: (batch * valueBytes + 7) / 8)
          continue
        }
        guard code == 0 || code == ENOENT else { throw BPFObject.Failure(step: "read the maps of", code: code) }
        if count > 0 {
          keys.withUnsafeBytes { keys in values.withUnsafeBytes { values in body(keys, values, Int(count)) } }
        }
        read += Int(count)
        if code == ENOENT { return }
        (position, isFirst) = (next, false)
      }
    }

    /// Bytes of kernel memory that the map takes; nil if the kernel does not tell.
    var kernelBytes: Int? {
      let line = KernelFile.text("/proc/self/fdinfo/\(descriptor)")?.split(separator: "\n")
        .first { $0.hasPrefix("memlock:") }
      return line.flatMap { Int($0.dropFirst(8).drop { $0 == "\t" || $0 == " " }) }
    }
  }
#endif
