"""A stand-in for BSrE's Esign Client Service. It really signs; its throw-away authority says what it is."""
