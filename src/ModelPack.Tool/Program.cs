return 2; // commands follow
