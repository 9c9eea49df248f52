"""Messages on the wire: SOAP 1.2 envelopes, MTOM packages, faults."""
